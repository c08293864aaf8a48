import type { Tile, Width } from './api/dashboards';

export const WIDTHS: Width[] = [3, 4, 6, 8, 12];
export const MOST_TILES = 24; // the server's own limit

/** A tile at another place; the others close up. */
export function placed(tiles: Tile[], from: number, to: number): Tile[] {
  const tile = tiles[from];
  if (!tile || to < 0 || to >= tiles.length || from === to) return tiles;
  return tiles.toSpliced(from, 1).toSpliced(to, 0, tile);
}

export function without(tiles: Tile[], at: number): Tile[] {
  return tiles.toSpliced(at, 1);
}

export function widened(tiles: Tile[], at: number, width: Width): Tile[] {
  return tiles.map((tile, i) => (i === at ? { ...tile, width } : tile));
}
