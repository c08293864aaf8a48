let audio: AudioContext | null = null;

/** Two soft notes, made here: no file to load, nothing to wait for. */
export function playTone(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
    note(audio, 659, 0);
    note(audio, 880, 0.16);
  } catch {
    // no sound card, or the page was not clicked yet: the card is on the screen all the same
  }
}

function note(context: AudioContext, hertz: number, after: number): void {
  const begin = context.currentTime + after;
  const oscillator = new OscillatorNode(context, { type: 'sine', frequency: hertz });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.linearRampToValueAtTime(0.12, begin + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.5);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + 0.55);
}
