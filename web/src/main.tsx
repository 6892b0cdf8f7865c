import { createRoot } from 'react-dom/client'
import '@fontsource/inter/latin-400.css'
import '@fontsource/inter/latin-600.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './ui/base.css'
import { allFeatures } from './features.ts'
import { registerFeatures } from './kernel/features.ts'
import { startTexts } from './kernel/i18n.ts'
import { App } from './app.tsx'
import { restoreRootChoices } from './ui/preferences.tsx'

registerFeatures(allFeatures)
restoreRootChoices()
await startTexts()

const root = document.getElementById('root')
if (root === null) throw new Error('no root')
createRoot(root).render(<App />)
