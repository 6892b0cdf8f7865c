import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const sources = ['server/src', 'contract/src', 'web/src'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|testing\/|schema\.gen|^seed\//.test(name)).map((name) => `${folder}/${name}`))
const linesOf = (path: string) => readFileSync(join(root, path), 'utf8').split('\n')

/** Two values compared sign by sign, of which one is named like a secret: how long it takes tells how much of it fits. */
const compared = /(?:\b[\w.]*(?:secret|token|digest|hash|mac|signature|csrf|password)\w*(?:\([^)]*\)|\[[^\]]*\])?\s*[!=]==\s*(?!undefined|null|''|""|true|false|typeof|-?\d)[\w.('"])|(?:[\w.)\]]\s*[!=]==\s*[\w.]*(?:secret|token|digest|csrf|passwordHash|signature)\w*\b)/i
const harmless = /[\w.]+\.(?:length|kind)\s*[!=]==\s*[\w.'-]+|typeof \w+ [!=]== '\w+'/g
const telling = (line: string): boolean => compared.test(line.replaceAll(harmless, ''))
/** Fingerprints of what everybody may know (files, requests, imported rows), and what a person typed twice. */
const known = /sha256|request_?hash|(have|known)\.hash ===|tokens\.length|newPassword !== again/i

describe('a secret', () => {
  it('is compared in a time that tells nothing', () => {
    const found = sources.flatMap((path) => linesOf(path).flatMap((line, index) => (telling(line) && !known.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 140)}`] : [])))
    expect(found).toEqual([])
  })

  it.each(["if (stored.secret_hash === digest(secret)) return true", "if (request.headers['x-csrf-token'] !== principal.csrfToken) throw refused", 'return token === row.token_hash', 'const fits = given === csrfToken', 'return ours.length === theirs.length && hash === digest(secret)'])('compared as in «%s» would be seen', (line) => expect(telling(line)).toBe(true))

  it('is made by the generator for secrets alone', () => {
    const found = sources.filter((path) => path.startsWith('server/src')).flatMap((path) => linesOf(path).flatMap((line, index) => (/Math\.random/.test(line) ? [`${path}:${index + 1}`] : [])))
    expect(found.filter((place) => !/job-runner|backup\/digest|\/testing\//.test(place))).toEqual([])
  })

  it('is never guarded by what is broken: MD5, SHA-1 or a cipher without proof', () => {
    const found = sources.filter((path) => path.startsWith('server/src')).flatMap((path) => linesOf(path).flatMap((line, index) => (/createHash\('(md5|sha1)'|createHmac\('(md5|sha1)'|aes-\d+-(ecb|cbc|ctr)|createCipher\(|rejectUnauthorized: false/.test(line) ? [`${path}:${index + 1}`] : [])))
    expect(found.filter((place) => !place.startsWith('server/src/kernel/health.ts'))).toEqual([])
  })
})

describe('the source', () => {
  it('runs no text as a program, and puts no text into a page as markup', () => {
    const forbidden = /\beval\(|new Function\(|dangerouslySetInnerHTML|\.innerHTML\s*=|document\.write|execSync\(|\bexec\(`|shell: true/
    const found = sources.flatMap((path) => linesOf(path).flatMap((line, index) => (forbidden.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 120)}`] : [])))
    expect(found).toEqual([])
  })
})
