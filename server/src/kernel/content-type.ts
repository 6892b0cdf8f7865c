// Programs, pages and pictures with scripts: no upload of this program is one of them, whatever its name says.
const harmful = /^(application\/(x-msdownload|x-elf|x-mach-binary|x-ms-shortcut|x-shockwave-flash|vnd\.microsoft\.portable-executable|java-vm|x-sh)|text\/html|image\/svg\+xml)/
const markup = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*<(?:!doctype\s+(?:html|svg)|html|head|body|script|iframe|svg|math|object|embed)[\s>/]/i

/** What the bytes are, whatever the name says; text that is markup a browser would run is named as such. */
export async function contentTypeOf(bytes: Uint8Array): Promise<string> {
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(bytes)
  const head = Buffer.from(bytes.subarray(0, 4096))
  const text = head[0] === 0xff && head[1] === 0xfe ? head.toString('utf16le') : head.toString('utf8')
  if (markup.test(text.replace(/^\uFEFF/, ''))) return /<svg[\s>/]/i.test(text) ? 'image/svg+xml' : 'text/html'
  if (text.startsWith('#!')) return 'application/x-sh'
  return found?.mime ?? 'application/octet-stream'
}

export const isHarmful = (contentType: string): boolean => harmful.test(contentType)
