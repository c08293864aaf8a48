import { io } from 'socket.io-client';
import { setConnection } from './connection';
import { type LiveEvent, PUSHED, type Snapshot, VERSION } from './events';
import { type Apply, Feed } from './feed';

const SNAPSHOT_PATIENCE = 8_000; // ms; then the connection is taken for dead and made anew
const COME_BACK = 1_500; // ms until the next try after the server itself hung up

interface Handlers {
  apply: Apply;
  /** The server let this login go, or did not let it in. True: it is still good, connect again. */
  stillSignedIn: () => Promise<boolean>;
}

export interface LiveSocket {
  /** Asks for everything anew. */
  refresh: () => void;
  close: () => void;
}

/** Follows the server's events with the cookie's login until closed; a lost connection comes back by itself. */
export function openSocket({ apply, stillSignedIn }: Handlers): LiveSocket {
  const socket = io({ transports: ['websocket', 'polling'], tryAllTransports: true, reconnectionDelay: 500, reconnectionDelayMax: 5_000 });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const ask = async (): Promise<Snapshot> => {
    const answer = (await socket.timeout(SNAPSHOT_PATIENCE).emitWithAck('snapshot')) as Snapshot | { error: string };
    if ('error' in answer) throw new Error(answer.error);
    if (answer.v !== VERSION) setConnection('outdated');
    else setConnection('online');
    return answer;
  };
  const feed = new Feed(ask, apply, () => socket.disconnect());
  const comeBack = async () => {
    clearTimeout(timer);
    const again = await stillSignedIn().catch(() => true);
    if (again && !closed) timer = setTimeout(() => socket.connect(), COME_BACK);
  };

  socket.on('connect', () => void feed.connected());
  socket.on('disconnect', () => {
    feed.disconnected();
    if (closed) return;
    setConnection('lost');
    if (!socket.active) void comeBack(); // hung up by the server or by us: the library does not reconnect then
  });
  socket.on('connect_error', () => {
    if (closed) return;
    setConnection('lost');
    if (!socket.active) void comeBack();
  });
  for (const name of PUSHED) {
    socket.on(name, (data: LiveEvent['data']) => feed.heard({ name, data } as LiveEvent));
  }
  return {
    refresh: () => {
      if (socket.connected) void feed.connected();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket.disconnect();
      setConnection('connecting');
    },
  };
}
