import { createRoot } from 'react-dom/client'
import { setNonce } from 'get-nonce'
import '@fontsource/inter/latin-400.css'
import '@fontsource/inter/latin-600.css'
import '@fontsource/noto-sans-devanagari/400.css'
import '@fontsource/noto-sans-devanagari/600.css'
import '@fontsource/noto-sans-arabic/400.css'
import '@fontsource/noto-sans-arabic/600.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './ui/base.css'
import { startTexts } from './kernel/i18n.ts'
import { App } from './app.tsx'
import { styleNonce } from './kernel/nonce.ts'
import { restoreRootChoices } from './ui/preferences.tsx'

setNonce(styleNonce())
restoreRootChoices()
await startTexts()

const root = document.getElementById('root')
if (root === null) throw new Error('no root')
createRoot(root).render(<App />)
