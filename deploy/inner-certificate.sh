#!/bin/sh
# Makes an authority of your own (once) and a certificate for the application, good for two years: deploy/inner-certificate.sh FOLDER
set -eu
cd "$1"
umask 077
if [ ! -f inner_authority ]; then
  openssl ecparam -name prime256v1 -genkey -noout -out inner_authority_key
  openssl req -x509 -new -key inner_authority_key -subj '/CN=Triveni inner authority' -days 3650 -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign' -out inner_authority
fi
openssl ecparam -name prime256v1 -genkey -noout -out inner_key.new
openssl req -new -key inner_key.new -subj '/CN=triveni' -out inner_request
printf 'subjectAltName=DNS:triveni,DNS:localhost\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' > inner_extensions
openssl x509 -req -in inner_request -CA inner_authority -CAkey inner_authority_key -CAcreateserial -days 730 -extfile inner_extensions -out inner_certificate.new
# Written into the files that stand, which containers hold open; read by users of their own.
for name in inner_key inner_certificate; do
  cat $name.new > $name
  chmod 644 $name
done
chmod 644 inner_authority
rm -f inner_key.new inner_certificate.new inner_request inner_extensions inner_authority.srl
