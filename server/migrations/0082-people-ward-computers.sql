-- A computer that several people share: who has signed in fully on it this shift comes back with a PIN
alter table sign_in_settings add column shift_hours int not null default 0 check (shift_hours between 0 and 14);

create table quick_pins (
  tenant_id uuid not null,
  user_id uuid not null,
  pin_hash text not null,
  set_at timestamptz not null,
  primary key (tenant_id, user_id)
);
select tenant_table('quick_pins', false);
alter table quick_pins add constraint quick_pins_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

create table ward_sign_ins (
  tenant_id uuid not null,
  device_hash text not null,
  user_id uuid not null,
  signed_in_at timestamptz not null,
  has_second_factor boolean not null,
  tries int not null default 0,
  primary key (tenant_id, device_hash, user_id)
);
create index ward_sign_ins_user on ward_sign_ins (tenant_id, user_id);
create index ward_sign_ins_at on ward_sign_ins (tenant_id, signed_in_at);
select tenant_table('ward_sign_ins', false);
alter table ward_sign_ins add constraint ward_sign_ins_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

-- Whose pages of other addresses may call with a token of this hospital, before anybody's hospital is known
create table allowed_origins (
  tenant_id uuid not null,
  origin text not null,
  primary key (tenant_id, origin)
);
create index allowed_origins_origin on allowed_origins (origin);
do $$ begin execute format('grant select, insert, delete on allowed_origins to %I', kernel.role_name('app')); end $$;
