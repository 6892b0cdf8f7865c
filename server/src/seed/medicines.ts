export interface SeedMedicine {
  name: string
  genericName: string
  systemData: Record<string, string>
  /** Kept in the register of controlled drugs, and little of it. */
  controlledClass?: string
}

const tablet = (name: string, genericName: string, strength: string): SeedMedicine => ({ name, genericName, systemData: { dosageForm: 'tablet', strength, route: 'oral' } })
const classical = (name: string, type: string, rasa: string, virya: string, vipaka: string): SeedMedicine => ({ name, genericName: '', systemData: { type, rasa, virya, vipaka } })
const remedy = (name: string, potency: string, source: string): SeedMedicine => ({ name: `${name} ${potency}`, genericName: name, systemData: { potency, source } })

/** A small register for the demo, per system of medicine; not a formulary. */
export const medicines: Readonly<Record<'allopathy' | 'ayurveda' | 'homeopathy', readonly SeedMedicine[]>> = {
  allopathy: [
    tablet('Paracetamol 500', 'Paracetamol', '500 mg'), tablet('Paracetamol 650', 'Paracetamol', '650 mg'), tablet('Amoxicillin 500', 'Amoxicillin', '500 mg'), tablet('Azithromycin 500', 'Azithromycin', '500 mg'), tablet('Metformin 500', 'Metformin', '500 mg'),
    tablet('Amlodipine 5', 'Amlodipine', '5 mg'), tablet('Telmisartan 40', 'Telmisartan', '40 mg'), tablet('Atorvastatin 10', 'Atorvastatin', '10 mg'), tablet('Cetirizine 10', 'Cetirizine', '10 mg'), tablet('Pantoprazole 40', 'Pantoprazole', '40 mg'),
    tablet('Ibuprofen 400', 'Ibuprofen', '400 mg'), tablet('Levothyroxine 50', 'Levothyroxine', '50 mcg'),
    { name: 'Salbutamol inhaler', genericName: 'Salbutamol', systemData: { dosageForm: 'inhaler', strength: '100 mcg/dose', route: 'inhalation' } },
    { name: 'Oral rehydration salts', genericName: 'Oral rehydration salts', systemData: { dosageForm: 'powder', route: 'oral' } },
    { ...tablet('Morphine 10', 'Morphine sulfate', '10 mg'), controlledClass: 'NDPS' },
  ],
  ayurveda: [
    classical('Dasamoolarishtam', 'arishtam', 'tikta', 'ushna', 'katu'), classical('Abhayarishtam', 'arishtam', 'kashaya', 'ushna', 'madhura'), classical('Triphala choornam', 'choornam', 'kashaya', 'ushna', 'madhura'),
    classical('Hinguvachadi gulika', 'gulika', 'katu', 'ushna', 'katu'), classical('Dhanwantharam tailam', 'tailam', 'madhura', 'ushna', 'madhura'), classical('Chyavanaprasam', 'lehyam', 'amla', 'shita', 'madhura'), classical('Indukantham kashayam', 'kashayam', 'tikta', 'ushna', 'katu'),
  ],
  homeopathy: [
    remedy('Arnica montana', '30C', 'plant'), remedy('Nux vomica', '200C', 'plant'), remedy('Pulsatilla', '30C', 'plant'), remedy('Belladonna', '30C', 'plant'), remedy('Sulphur', '200C', 'mineral'), remedy('Natrum muriaticum', '1M', 'mineral'), remedy('Apis mellifica', '30C', 'animal'),
  ],
}
