import { connect } from 'node:net';

/** Sends one request and gives back the first bytes of the answer; fails after a second without any. */
export function exchange(host: string, port: number, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const end = (finish: () => void): void => {
      socket.destroy();
      finish();
    };
    socket.setTimeout(1000, () => end(() => reject(new Error('no answer'))));
    socket.once('error', (error) => end(() => reject(error)));
    socket.once('close', () => reject(new Error('closed without an answer')));
    socket.once('data', (data) => end(() => resolve(data)));
    socket.once('connect', () => socket.write(request));
  });
}
