-- The picture that stands; its file is sealed in the store and has no name
alter table patients add column photo_id uuid;
