import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface BundledBrowser {
  executablePath: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
}

const modules = join(import.meta.dirname, '..', 'node_modules')
const { version } = JSON.parse(readFileSync(join(modules, '@sparticuz', 'chromium', 'package.json'), 'utf8')) as { version: string }
const home = join(modules, '.cache', `chromium-${version}`)

// The one that comes with the package looks for its fonts where the package unpacks them by itself.
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${home}/fonts</dir><cachedir>${home}/fonts-cache</cachedir><config></config></fontconfig>
`

/** The Chromium of the npm packages. It is unpacked once a clone; several workers may ask for it at once, and only a whole one gets the name that is used. */
export async function bundledBrowser(): Promise<BundledBrowser> {
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x'
  const { default: bundled } = await import('@sparticuz/chromium')
  bundled.setGraphicsMode = false
  if (!existsSync(home)) await unpack(() => bundled.executablePath())
  return { executablePath: join(home, 'chromium'), args: bundled.args, env: { ...process.env, LD_LIBRARY_PATH: join(home, 'al2023', 'lib'), FONTCONFIG_PATH: join(home, 'fonts') } }
}

async function unpack(intoTemporary: () => Promise<string>): Promise<void> {
  const begun = `${home}.${process.pid}`
  const usual = process.env['TMPDIR']
  mkdirSync(begun, { recursive: true })
  process.env['TMPDIR'] = begun
  try {
    await intoTemporary()
    writeFileSync(join(begun, 'fonts', 'fonts.conf'), fonts)
    if (!existsSync(home)) renameSync(begun, home)
  } finally {
    if (usual === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = usual
    rmSync(begun, { recursive: true, force: true })
  }
}
