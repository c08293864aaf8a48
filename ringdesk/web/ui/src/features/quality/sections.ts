import type { Answer } from './api/scores';

interface Part {
  title: string;
  answers: Answer[];
  points: number;
  most: number;
}

/** The answers under their sections, in the card's order, with each section's points. */
export function bySection(answers: Answer[]): Part[] {
  const parts: Part[] = [];
  for (const answer of answers) {
    let part = parts.at(-1);
    if (part?.title !== answer.section) {
      part = { title: answer.section, answers: [], points: 0, most: 0 };
      parts.push(part);
    }
    part.answers.push(answer);
    part.points += answer.points;
    part.most += answer.max_points;
  }
  return parts;
}
