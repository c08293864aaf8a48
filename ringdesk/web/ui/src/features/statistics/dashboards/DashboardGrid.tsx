import { type DragEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Catalogue } from '../api/catalogue';
import type { OwnReport } from '../own/api/own-reports';
import type { Tile } from './api/dashboards';
import classes from './DashboardGrid.module.css';
import { placed, widened, without } from './tiles';
import { TileTools } from './TileTools';
import { TileView } from './TileView';

interface Props {
  tiles: Tile[];
  reports: OwnReport[];
  catalogue: Catalogue;
  /** Set while it is being arranged. */
  onArrange?: (tiles: Tile[]) => void;
}

/** Tiles in twelve columns; one below the other where there is no room. */
export function DashboardGrid({ tiles, reports, catalogue, onArrange }: Props) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [focus, setFocus] = useState<string[]>([]);
  useEffect(() => {
    // A button that moved with its tile loses the focus in the browser: it gets it back, or, at the edge, the other one does.
    focus
      .map((id) => document.getElementById(id))
      .find((button) => button instanceof HTMLButtonElement && !button.disabled)
      ?.focus();
  }, [focus]);
  const drop = (event: DragEvent, to: number) => {
    event.preventDefault();
    if (dragged !== null) onArrange?.(placed(tiles, dragged, to));
    setDragged(null);
    setOver(null);
  };
  return (
    <ul className={classes.grid} aria-label={t('dashboards.tiles')}>
      {tiles.map((tile, i) => {
        const own = reports.find(({ id }) => id === tile.report_id);
        const name = own?.name ?? t('dashboards.gone');
        const dragging = onArrange && {
          draggable: true,
          onDragStart: () => setDragged(i),
          onDragEnd: () => {
            setDragged(null);
            setOver(null);
          },
          onDragOver: (event: DragEvent) => {
            event.preventDefault();
            setOver(i);
          },
          onDrop: (event: DragEvent) => drop(event, i),
        };
        return (
          <li
            key={`${tile.report_id}-${tiles.slice(0, i).filter((one) => one.report_id === tile.report_id).length}`}
            className={classes.tile}
            data-width={tile.width}
            data-over={(over === i && dragged !== i) || undefined}
            {...dragging}
          >
            <TileView
              own={own}
              name={name}
              catalogue={catalogue}
              tools={
                onArrange && (
                  <TileTools
                    name={name}
                    place={i}
                    count={tiles.length}
                    width={tile.width}
                    onMove={(by) => {
                      onArrange(placed(tiles, i, i + by));
                      const ids = [`tile-before-${i + by}`, `tile-after-${i + by}`];
                      setFocus(by < 0 ? ids : ids.reverse());
                    }}
                    onWidth={(width) => onArrange(widened(tiles, i, width))}
                    onRemove={() => onArrange(without(tiles, i))}
                  />
                )
              }
            />
          </li>
        );
      })}
    </ul>
  );
}
