-- What the starter catalogue says now of tests that are there already: valences of ions, HbA1c of the IFCC in NGSP per cent (master equation, ngsp.org/ifcc.asp), from which age CKD-EPI 2021 holds (Inker 2021), and where growth is critical.
-- What a laboratory has said itself stands.
update lab_tests set rules = '{"valence": 1}'::jsonb || rules, version = version + 1 where loinc in ('2951-2', '2823-3', '2075-0', '1963-8') and not rules ? 'valence';
update lab_tests set rules = '{"valence": 2}'::jsonb || rules, version = version + 1 where loinc in ('17861-6', '19123-9') and not rules ? 'valence';
update lab_tests set rules = '{"conversions": [{"unit": "mmol/mol", "factor": 0.09148, "offset": 2.152, "source": "IFCC/NGSP master equation: NGSP % = 0.09148 × IFCC mmol/mol + 2.152 (ngsp.org/ifcc.asp; Hoelzel W et al. Clin Chem 2004;50:166-74)"}]}'::jsonb || rules, version = version + 1 where loinc = '4548-4' and unit = '%' and not rules ? 'conversions';
update lab_tests set rules = '{"calculatedFromYears": 18}'::jsonb || rules, version = version + 1 where loinc = '98979-8' and kind = 'calculated' and not rules ? 'calculatedFromYears';
update lab_tests set rules = '{"isGrowthCritical": true}'::jsonb || rules, version = version + 1 where loinc in ('600-7', '606-4') and value_kind = 'culture' and not rules ? 'isGrowthCritical';
