import { lazily } from '../../scripts/finish-lib';
import { requireCdk } from '../../src/input/cdk-floor';

test.each(['2.275.0', '2.275.1', '2.276.0', '3.0.0', '2.1000.0-rc.1'])('aws-cdk-lib %s is new enough', (found) => {
  expect(() => requireCdk('^2.275.0', found)).not.toThrow();
});

test.each(['2.274.9', '2.180.0', '1.300.0'])('aws-cdk-lib %s is refused in a sentence', (found) => {
  expect(() => requireCdk('^2.275.0', found)).toThrow(
    `aws-cdk-lib must be 2.275.0 or newer (got ${found}). Update aws-cdk-lib in your project to use cdk-s3-strongbox.`,
  );
});

test('the compiled index checks it before it loads anything', () => {
  const index = lazily(
    '"use strict";\nvar a_1 = require("./a");\n' +
      'Object.defineProperty(exports, "A", { enumerable: true, get: function () { return a_1.A; } });\n',
  );
  expect(index.indexOf('requireCdk(')).toBeLessThan(index.indexOf('lazy("A"'));
});
