let base = new URL('http://localhost:3000')

/** Under which address people reach this installation: from the configuration only, never from a request. */
export function setPublicUrl(url: string): void {
  base = new URL(url)
}

export const publicOrigin = (): string => base.origin
export const publicHost = (): string => base.hostname

/** A link for a mail; what is secret in it stands behind `#`, where no server logs it. */
export const linkTo = (path: string, secret: string): string => `${base.origin}${path}#${secret}`
