import { masterKeyOf } from '../master-key.ts'
import { holdMasterKey } from '../seal.ts'

/** Seals with the master key of a file, made when it is not there. */
export const loadMasterKey = (file: string): void => holdMasterKey(masterKeyOf({ masterKeyFile: file, dataDir: '', masterKey: undefined, masterKeyCommand: undefined }))
