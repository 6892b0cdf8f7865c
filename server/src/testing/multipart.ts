export interface UploadPart {
  name: string
  bytes: Uint8Array
}

/** A multipart body with its header, for requests of tests. */
export function multipart(fields: Record<string, string>, files: readonly UploadPart[]): { body: never; headers: Record<string, string> } {
  const boundary = 'triveni-test-boundary'
  const parts: Uint8Array[] = []
  const text = (value: string) => parts.push(Buffer.from(value))
  for (const [name, value] of Object.entries(fields)) text(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
  for (const file of files) {
    text(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\ncontent-type: application/octet-stream\r\n\r\n`)
    parts.push(file.bytes)
    text('\r\n')
  }
  text(`--${boundary}--\r\n`)
  return { body: Buffer.concat(parts) as never, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}
