import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { errorFields, log } from './log.ts'

export interface CertificateFiles {
  certFile: string
  keyFile: string
}

interface Certificate {
  cert: Buffer
  key: Buffer
}

/** Certificate and key as they stand in the files; throws when they do not fit each other. */
export function readCertificate(files: CertificateFiles): Certificate {
  const read = { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) }
  createSecureContext(read)
  return read
}

const lookMilliseconds = 5000

/** Tells of a certificate that was renewed, once it is whole; the one before goes on until then. Returns how to look no more. */
export function keepFresh(files: CertificateFiles, onNew: (certificate: Certificate) => void, interval = lookMilliseconds): () => void {
  const look = (): void => {
    try {
      onNew(readCertificate(files))
    } catch (error) {
      log('warn', 'the new certificate is not taken up', errorFields(error))
    }
  }
  for (const file of [files.certFile, files.keyFile]) watchFile(file, { interval, persistent: false }, look)
  return () => {
    for (const file of [files.certFile, files.keyFile]) unwatchFile(file, look)
  }
}
