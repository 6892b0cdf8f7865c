/** Benches of the starter catalogue. */
export const benches = ['haematology', 'coagulation', 'chemistry', 'immunoassay', 'blood gas', 'urinalysis', 'serology', 'microbiology', 'histopathology'] as const
