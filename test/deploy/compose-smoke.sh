#!/usr/bin/env bash
# Starts compose.yaml as an operator does, with made-up values, and asks it what a reader, Stripe and a stranger ask.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
export SERVICE_ENV="$folder/production.env" POSTGRES_PASSWORD=only-for-this-smoke-test SERVICE_PASSWORD=another-for-this-smoke-test SITE=localhost
export COMPOSE_PROJECT_NAME=reader-donations-smoke
secret=whsec_q8Zk2Lw0pVt5Xc7Yb1Nm4Rs
cat > "$SERVICE_ENV" <<END
NODE_ENV=production
PUBLIC_URL=https://localhost
ALLOWED_ORIGINS=https://www.courier.example
STRIPE_SECRET_KEY=rk_test_51Nx0aQyRkLw8sT3Zb
STRIPE_WEBHOOK_SECRET=$secret
STRIPE_TEST_MODE=true
SMTP_URL=smtp://mail.invalid:25
SESSION_SECRET=$(openssl rand -base64 32)
NEWSROOM_NAME=Courier
NEWSROOM_ADDRESS=12 Mill Lane
NEWSROOM_EMAIL=gifts@news-courier.org
NEWSROOM_TIMEZONE=America/New_York
NEWSROOM_LEGAL_STATUS=for_profit
END
clean_up() {
  status=$?
  [ "$status" -eq 0 ] || docker compose logs --tail 50
  docker compose down --volumes --timeout 15
  rm -r "$folder"
  exit "$status"
}
trap clean_up EXIT

expect() { # status address [arguments of curl]
  local wanted=$1 address=$2 got
  shift 2
  got=$(curl --insecure --silent --output /dev/null --write-out '%{http_code}' --retry 20 --retry-delay 1 --retry-connrefused "$@" "https://localhost$address")
  echo "$address $got"
  [ "$got" = "$wanted" ] || { echo "expected $wanted"; exit 1; }
}

docker compose up --build --detach --wait
expect 200 /readyz
expect 200 /donate
expect 303 /finance
expect 404 /metrics
now=$(date +%s)
body='{"id":"evt_smoke","object":"event","type":"customer.created","api_version":"2026-01-01.x","livemode":false,"created":'$now',"data":{"object":{"id":"cus_1","object":"customer"}}}'
signature=$(printf '%s.%s' "$now" "$body" | openssl dgst -sha256 -hmac "$secret" -hex | sed 's/.* //')
expect 200 /webhooks/stripe --header "stripe-signature: t=$now,v1=$signature" --header 'content-type: application/json' --data "$body"
docker compose exec --no-TTY web sh -c 'test "$(id -u)" -ne 0 && ! touch /app/file && test -s /app/sbom.cdx.json'
as_service='postgres://reader_donations_app:another-for-this-smoke-test@127.0.0.1/reader_donations'
docker compose exec --no-TTY postgres psql "$as_service" --quiet --command 'select from donations' > /dev/null
! docker compose exec --no-TTY postgres psql "$as_service" --quiet --command 'update ledger_entries set account = account' || exit 1
docker compose exec --no-TTY web sh -c 'test -z "$MIGRATION_DATABASE_URL"'
# One of each leaves in order while the others serve.
docker compose up --detach --no-deps --scale web=1 --scale worker=1 --wait web worker
expect 200 /readyz
