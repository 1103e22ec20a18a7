// CDK's own template validation costs five times the test time; the demo and one test run with it on.
process.env.CDK_VALIDATION = 'false';
