import type { FastifyRequest } from 'fastify'
import type { UploadedFile, UploadReader } from '#contract/define.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { contentTypeOf, isHarmful } from './content-type.ts'
import { AppError } from './errors.ts'
import { scan } from './scanner.ts'

const mostFiles = 500

/** Reads a multipart request whole: fields as text, files as bytes; 413 above the route's bound, 415 when it is not multipart, 422 for programs, pages and what the virus scanner knows. */
export async function readUpload(request: FastifyRequest, maxBytes: number): Promise<UploadReader> {
  if (!request.isMultipart()) throw new AppError(kernelErrors.unsupported_media_type)
  const files: UploadedFile[] = []
  const fields: Record<string, string> = {}
  let total = 0
  for await (const part of request.parts({ limits: { fileSize: maxBytes, files: mostFiles, fields: 50, fieldSize: 10_000 } })) {
    if (part.type === 'field') {
      fields[part.fieldname] = String(part.value)
      continue
    }
    const bytes = await part.toBuffer()
    total += bytes.length
    if (total > maxBytes) throw new AppError(kernelErrors.too_large)
    if (isHarmful(await contentTypeOf(bytes))) throw new AppError(kernelErrors.harmful_file)
    files.push({ filename: part.filename.slice(0, 255), bytes, scan: await scan(bytes) })
  }
  return { fields, files }
}
