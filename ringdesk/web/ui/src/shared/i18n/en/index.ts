import admin from './admin.json';
import calls from './calls.json';
import card from './card.json';
import common from './common.json';
import customers from './customers.json';
import own from './own.json';
import planning from './planning.json';
import presence from './presence.json';
import problems from './problems.json';
import quality from './quality.json';
import recordings from './recordings.json';
import session from './session.json';
import statistics from './statistics.json';

/** Every text that people see, in English. */
export const en = {
  ...common,
  ...problems,
  ...session,
  ...presence,
  ...card,
  ...calls,
  ...customers,
  ...admin,
  ...quality,
  ...recordings,
  ...statistics,
  ...own,
  ...planning,
};
