/** Clean text: source code, logs, changelogs and papers, in which nothing is anybody's. */
import type { Generator } from '../corpus';
import { decimal, uuid, version, type CleanSet } from './data';

const NAMES = (
  'buffer index count total offset length value result config handler request response parser ' +
  'token state node entry cursor limit depth width'
).split(' ');

function name(g: Generator): string {
  return g.pick([
    g.pick(NAMES),
    `${g.pick(NAMES)}_${g.pick(NAMES)}`,
    `${g.pick(NAMES)}${g.pick(NAMES).replace(/^./, (c) => c.toUpperCase())}`,
  ]);
}

function number(g: Generator): string {
  return g.pick([
    String(g.int(0, 99)),
    String(g.int(0, 9999999)),
    decimal(g, 99, g.int(1, 10)),
    `0x${g.hex(8)}`,
    `${g.int(1, 9)}${g.digits(9)}`,
    `1e${g.int(2, 9)}`,
    `${g.int(1, 9)}_000_000`,
  ]);
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

const BROWSERS = (g: Generator) =>
  'Mozilla/5.0 ' +
  `(${g.pick(['X11; Linux x86_64', 'Windows NT 10.0; Win64; x64', 'Macintosh; Intel Mac OS X 10_15_7'])}) ` +
  'AppleWebKit/537.36 (KHTML, like Gecko) ' +
  `Chrome/${g.int(80, 140)}.0.${g.pick(['0.0', `${g.int(1000, 7000)}.${g.int(1, 200)}`])} ` +
  `Safari/537.36${g.pick(['', ` Edg/${g.int(80, 140)}.0.0.0`, ` OPR/${g.int(60, 110)}.0.0.0`])}`;

export const TEXTS: readonly CleanSet[] = [
  {
    name: 'code.js',
    line: (g) =>
      g.pick([
        `const ${name(g)} = ${number(g)};\n`,
        `  if (${name(g)} === ${number(g)}) return ${name(g)}(${number(g)}, ${number(g)});\n`,
        `  token = nextToken(${g.int(0, 9)});\n`,
        `  ${name(g)}.token = this.${name(g)}();\n`,
        `  fetch(${name(g)}, { credentials: "include", mode: 'cors' });\n`,
        `import { ${name(g)} } from 'js-tokens';\n`,
        '  const password = req.body.password;\n',
        '  passwordField: PasswordInput,\n',
        `/** @license MIT ${version(g)} */\n`,
        `// method call ${g.int(1000000, 9999999)} times, see #${g.int(1, 9999)}\n`,
        `  [${decimal(g, 99, 4)}, ${decimal(g, 99, 4)}, ${decimal(g, 99, 4)}, ${decimal(g, 99, 4)}],\n`,
        `  case Token.${name(g)}: secret: undefined, auth: () => ${name(g)}(),\n`,
        `  tokens: ${name(g)}.tokens, maxTokens: ${g.int(100, 99999)},\n`,
        `export const ${g.pick(['INDEX', 'BUFFER', 'ENTRY'])}_ID = '${uuid(g)}';\n`,
        '  const secret = process.env.APP_SECRET;\n',
        '  password: string; token?: string; credentials: Credentials;\n',
        `  authorization: this.${name(g)}.authorization(),\n`,
      ]),
  },
  {
    name: 'code.py',
    line: (g) =>
      g.pick([
        `${name(g)} = ${number(g)}\n`,
        `    for ${name(g)} in range(${number(g)}, ${number(g)}):\n`,
        '    token = self.next_token()\n',
        '    password = getpass.getpass()\n',
        '    self.tokens = tokens or []\n',
        '    secret=os.environ["APP_SECRET"],\n',
        `    x = np.array([${decimal(g, 9, 4)}, ${decimal(g, 9, 4)}])\n`,
        `    credentials=credentials, timeout=${g.int(10, 99)}.0,\n`,
        `# ${g.prose(6)}\n`,
        `    assert abs(${name(g)} - ${decimal(g, 90, 8)}) < 1e-${g.int(3, 9)}\n`,
        '    def auth(self, token: str, password: Optional[str] = None) -> bool:\n',
        `__version__ = "${version(g)}"\n`,
      ]),
  },
  {
    name: 'code.go',
    line: (g) =>
      g.pick([
        `\t${name(g)} := ${number(g)}\n`,
        '\ttoken := p.next()\n',
        `\tcase token.IDENT: return ${name(g)}.Lit, nil\n`,
        '\tPassword string `json:"password"`\n',
        '\tauth := r.Header.Get("Authorization")\n',
        `\t${name(g)}(${number(g)}, ${number(g)})\n`,
        '\tif token == "" { return errNoToken }\n',
        `require example.org/${name(g)} ` +
          `v${g.int(0, 9)}.${g.int(0, 9)}.0-20${g.int(10, 25)}${two(g.int(1, 12))}${two(g.int(1, 28))}${g.digits(6)}-${g.hex(12)}\n`,
        `// ${g.prose(7)}\n`,
      ]),
  },
  {
    name: 'code.java',
    line: (g) =>
      g.pick([
        `    private static final long serialVersionUID = ${g.int(0, 1) ? '-' : ''}${g.int(1, 9)}${g.digits(18)}L;\n`,
        '    String token = tokenizer.nextToken();\n',
        '    this.password = password;\n',
        `    double ${name(g)} = ${decimal(g, 90, 6)};\n`,
        `    int ${name(g)} = ${g.int(1, 9)}${g.digits(8)};\n`,
        '    @Value("${app.secret}") String secret;\n',
        `    // ${g.prose(6)}\n`,
        '    credentials = provider.getCredentials(scope);\n',
      ]),
  },
  {
    name: 'bundle.min.js',
    line: (g) =>
      Array.from({ length: 30 }, () =>
        g.pick([
          `var ${g.pick('abcdefgh'.split(''))}=${number(g)},`,
          `function(t,e){return t.token=e.token,${g.int(0, 99)}.${g.digits(g.int(1, 8))}*e},`,
          `"M${decimal(g, 99, 4)},${decimal(g, 99, 4)}L${decimal(g, 99, 4)} ${decimal(g, 99, 3)}Z",`,
          `{credentials:"same-origin",tokens:[${g.int(0, 9)}]},`,
          'n.password=t.password,',
          'this.secret=void 0,',
          `[${g.int(0, 255)},${g.int(0, 255)},${g.int(0, 255)},.${g.digits(4)}],`,
          `e(${g.int(1, 9)}${g.digits(g.int(3, 9))}),`,
          `.${g.digits(10)},`,
          'auth:function(){return r},',
        ]),
      )
        .join('')
        .concat('\n'),
  },
  {
    name: 'package-lock.json',
    head: '{"name":"x","lockfileVersion":3,"packages":{',
    tail: '"":{}}}\n',
    line: (g, row) =>
      `"node_modules/${g.pick(['js-tokens', 'tokenizer', 'auth-header', name(g)])}-${row}":{"version":"${g.int(0, 30)}.${g.int(0, 99)}.${g.int(0, 99)}","resolved":"https://registry.npmjs.org/x/-/x-${g.int(0, 30)}.${g.int(0, 99)}.0.tgz",` +
      `"integrity":"sha512-${Buffer.from(g.hex(128), 'hex').toString('base64')}","license":"MIT","dependencies":{"js-tokens":"^${g.int(1, 9)}.0.0"},"engines":{"node":">=${g.int(10, 22)}.${g.int(0, 9)}.0"}},\n`,
  },
  {
    name: 'go.sum',
    line: (g) => `github.com/x/${name(g)} v${version(g)} h1:${Buffer.from(g.hex(64), 'hex').toString('base64')}\n`,
  },
  {
    name: 'yarn.lock',
    line: (g) =>
      `"js-tokens@^${g.int(1, 9)}.0.0", "${name(g)}@~${version(g)}":\n  version "${version(g)}"\n  ` +
      `resolved "https://registry.yarnpkg.com/js-tokens/-/js-tokens-${g.int(1, 9)}.0.0.tgz#${g.hex(40)}"\n ` +
      ` integrity sha1-${Buffer.from(g.hex(40), 'hex').toString('base64')}\n\n`,
  },
  {
    name: 'git.log',
    line: (g) =>
      `commit ${g.hex(40)}\nMerge: ${g.hex(7)} ${g.hex(8)}\nDate:   Tue Mar ${g.int(1, 28)} ` +
      `${two(g.int(0, 23))}:${two(g.int(0, 59))}:${two(g.int(0, 59))} 20${g.int(10, 26)} ` +
      `+0${g.int(0, 9)}00\n\n    ${g.prose(7)} (#${g.int(1, 99999)})\n` +
      `    fixes ${g.hex(8)}, see driver ${version(g)}\n ${g.int(1, 90)} files changed, ${g.int(1, 9000)} ` +
      `insertions(+), ${g.int(1, 9000)} deletions(-)\n index ${g.hex(7)}..${g.hex(7)} 100644\n`,
  },
  {
    name: 'access.log',
    line: (g) =>
      `web-${g.int(1, 99)}.internal - - ` +
      `[${two(g.int(1, 28))}/Mar/2026:${two(g.int(0, 23))}:${two(g.int(0, 59))}:${two(g.int(0, 59))} ` +
      `+0000] "GET /${name(g)}/${g.digits(g.int(1, 10))}?page=${g.int(1, 99)}&v=${version(g)} HTTP/1.1" ` +
      `${g.pick([200, 304, 404])} ${g.int(100, 9999999)} "-" "${BROWSERS(g)}" ` +
      `${g.int(0, 9)}.${g.digits(3)} ${g.hex(32)}\n`,
  },
  {
    name: 'server.log',
    line: (g) =>
      g.pick([
        `${g.stamp()} INFO [main] load average: ${g.int(0, 9)}.${g.digits(2)}, ` +
          `${g.int(0, 9)}.${g.digits(2)}, ${g.int(0, 9)}.${g.digits(2)} pid ${g.int(1000, 9999999)}\n`,
        `${g.stamp()} DEBUG request ${uuid(g)} took ${g.int(0, 999)}.${g.digits(6)} ms, ` +
          `${g.int(1000, 99999999)} bytes\n`,
        `${g.stamp()} WARN NVIDIA driver ${g.int(400, 599)}.${g.int(100, 199)}.0${g.int(1, 9)} CUDA ` +
          `${g.int(10, 13)}.${g.int(0, 9)}\n`,
        `[${g.digits(6)}.${g.digits(6)}] usb ${g.int(1, 9)}-${g.int(1, 9)}: new device number ${g.int(1, 99)}\n`,
        `${g.int(1, 9)}${g.digits(9)}.${g.digits(6)} thread=${g.digits(15)} seq=${g.digits(12)} ${g.prose(5)}\n`,
        `${g.stamp()} INFO release ${version(g)} build ${g.digits(8)} commit ${g.hex(12)} method call ` +
          `${g.int(1, 9)}${g.digits(6)} returned\n`,
        `${g.stamp()} TRACE span=${g.hex(16)} trace=${g.hex(32)} offset ${g.int(1, 9)}${g.digits(9)}\n`,
        `${g.stamp()} INFO token expired, reading next token: none; credentials refreshed in ` +
          `${g.int(1, 9)}.${g.digits(4)} s\n`,
        `${g.stamp()} INFO message ${g.int(1, 9)}${g.digits(7)} delivered to queue, text length ` +
          `${g.int(1, 9)}${g.digits(6)}\n`,
      ]),
  },
  {
    name: 'application.log',
    line: (g) =>
      `time=${g.stamp()} level=info msg="${g.prose(5)}" ua="${BROWSERS(g)}" ` +
      `duration=${g.int(0, 99)}.${g.digits(g.int(3, 9))}s trace=${g.hex(32)} bytes=${g.digits(8)} ` +
      `order=${g.digits(10)} contact_id=${uuid(g)}\n`,
  },
  {
    name: 'paper.txt',
    line: (g) =>
      g.pick([
        `${g.prose(8)} (p = 0.0${g.digits(8)}, n = ${g.int(10, 99999)}) ${g.prose(6)}\n`,
        `We found ${decimal(g, 90, 4)}, ${decimal(g, 90, 4)} and ${decimal(g, 90, 5)} ${g.prose(5)}\n`,
        `beta = ${decimal(g, 2, 6)}, CI [${decimal(g, 2, 4)}, ${decimal(g, 2, 4)}]\n`,
        `${decimal(g, 9, 3)} x 10^-${g.int(1, 20)} mol, ` +
          `doi:10.${g.digits(4)}/s${g.digits(5)}-0${g.int(10, 25)}-${g.digits(5)}-${g.int(0, 9)}\n`,
        `${g.prose(9)} arXiv:${g.digits(4)}.${g.digits(5)}v${g.int(1, 5)} ` +
          `${g.int(1, 90)}(${g.int(1, 9)}):${g.int(100, 900)}-${g.int(900, 1900)}, ${g.int(1980, 2026)}.\n`,
        `Table ${g.int(1, 9)} ${decimal(g, 9, 4)} ${decimal(g, 9, 4)} ${decimal(g, 9, 4)} ` +
          `${decimal(g, 9, 4)} ${decimal(g, 9, 4)}\n`,
        `mean ${decimal(g, 90, 4)}, ${decimal(g, 90, 4)} (SD ${decimal(g, 9, 3)}), PMID: ${g.digits(8)}\n`,
      ]),
  },
  {
    name: 'CHANGELOG.md',
    line: (g) =>
      `## [${version(g)}] - ${g.int(2015, 2026)}-${two(g.int(1, 12))}-${two(g.int(1, 28))}\n- ` +
      `${g.prose(7)} ([#${g.int(1, 99999)}](https://example.org/issues/${g.int(1, 99999)})) ` +
      `([${g.hex(7)}](https://example.org/commit/${g.hex(40)}))\n` +
      `- bump driver to ${version(g)}, release ` +
      `${g.int(1, 9)}.${g.int(0, 9)}.${g.int(0, 9)}.${g.int(0, 9)}, \`js-tokens\` to ${version(g)}\n- ` +
      `support phone layout, mobile menu ${g.int(320, 1024)}px, call stack ${g.int(1000, 99999)}\n`,
  },
];
