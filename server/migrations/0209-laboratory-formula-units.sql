-- The unit each input of a formula was written for, by the code of the test: a result in another unit is converted before it is calculated with.
alter table lab_tests add column formula_units jsonb not null default '{}' check (jsonb_typeof(formula_units) = 'object');
-- Formulas of the starter catalogue were written for its own units, whatever a laboratory has measured in since; one whose own unit was changed reads as it reads today.
update lab_tests t set formula_units = s.units, version = version + 1 from (values
  ('{NA}-{CL}-{HCO3}', 'mmol/L', '{"NA": "mmol/L", "CL": "mmol/L", "HCO3": "mmol/L"}'::jsonb),
  ('{UREA}*28.014/60.056', 'mg/dL', '{"UREA": "mg/dL"}'::jsonb),
  ('142*min({CREAT}/if(female,0.7,0.9),1)^if(female,-0.241,-0.302)*max({CREAT}/if(female,0.7,0.9),1)^(-1.2)*0.9938^age*if(female,1.012,1)', 'mL/min/{1.73_m2}', '{"CREAT": "mg/dL"}'::jsonb),
  ('{CA}+0.8*(4-{ALB})', 'mg/dL', '{"CA": "mg/dL", "ALB": "g/dL"}'::jsonb),
  ('{TP}-{ALB}', 'g/dL', '{"TP": "g/dL", "ALB": "g/dL"}'::jsonb),
  ('{ALB}/{GLOB}', '{ratio}', '{"ALB": "g/dL", "GLOB": "g/dL"}'::jsonb),
  ('{TBIL}-{DBIL}', 'mg/dL', '{"TBIL": "mg/dL", "DBIL": "mg/dL"}'::jsonb),
  ('if({TG}<400,{CHOL}-{HDL}-{TG}/5,0/0)', 'mg/dL', '{"TG": "mg/dL", "CHOL": "mg/dL", "HDL": "mg/dL"}'::jsonb),
  ('if({TG}<400,{TG}/5,0/0)', 'mg/dL', '{"TG": "mg/dL"}'::jsonb),
  ('{CHOL}-{HDL}', 'mg/dL', '{"CHOL": "mg/dL", "HDL": "mg/dL"}'::jsonb),
  ('{CHOL}/{HDL}', '{ratio}', '{"CHOL": "mg/dL", "HDL": "mg/dL"}'::jsonb),
  ('{IRON}/{TIBC}*100', '%', '{"IRON": "ug/dL", "TIBC": "ug/dL"}'::jsonb),
  ('{GLUF}*{INS}/405', '{index}', '{"GLUF": "mg/dL", "INS": "u[IU]/mL"}'::jsonb),
  ('{UALB}/{UCRE}*100', 'mg/g', '{"UALB": "mg/L", "UCRE": "mg/dL"}'::jsonb)
) as s (formula, unit, units) where t.kind = 'calculated' and t.formula = s.formula and t.unit = s.unit;
-- Of all others nobody has said: they read what the tests are measured in today.
update lab_tests t set formula_units = s.units, version = version + 1 from (
  select c.tenant_id, c.id, jsonb_object_agg(i.code, i.unit) as units from lab_tests c cross join lateral regexp_matches(c.formula, '\{([A-Za-z0-9._/+%#-]{1,40})\}', 'g') as m (parts)
  join lab_tests i on i.tenant_id = c.tenant_id and i.code = m.parts[1] where c.kind = 'calculated' and c.formula_units = '{}' group by c.tenant_id, c.id
) s where s.tenant_id = t.tenant_id and s.id = t.id;
