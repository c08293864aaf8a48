import { lazyRouteComponent, type RouteComponent } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Right, useMay } from '@/features/session/rights';
import { NoAccess } from './pages/NoAccess';

/** A page of its own file, for those who have the right. The server refuses the data to everybody else in any case. */
export function page<Name extends string>(right: Right, load: () => Promise<Record<Name, () => ReactNode>>, name: Name): RouteComponent {
  const Lazy: RouteComponent = lazyRouteComponent(load as () => Promise<Record<string, () => ReactNode>>, name);
  function Guarded() {
    const may = useMay();
    return may(right) ? <Lazy /> : <NoAccess />;
  }
  Guarded.preload = Lazy.preload;
  return Guarded;
}
