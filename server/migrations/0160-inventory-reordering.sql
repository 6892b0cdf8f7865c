alter table stock_settings add column reordering text not null default 'off';
alter table stock_settings add constraint stock_settings_reordering check (reordering in ('off', 'draft', 'send'));
