package dev.oxbow.base;

import static dev.oxbow.base.VendorRules.bounded;
import static dev.oxbow.base.VendorRules.named;
import static dev.oxbow.base.VendorRules.plain;

import java.util.List;

/** Keys of hosted services, by prefix where they have one, else by the name they are given to. */
final class ServiceRules {
    private static final String HEX_32 = "[a-f0-9]{32}(?![A-Za-z0-9])";
    private static final String HEX_40 = "[a-f0-9]{40}(?![A-Za-z0-9])";

    private ServiceRules() {}

    static List<RedactionRule> all() {
        return List.of(
                plain(
                        "slack_token",
                        "SLACK_TOKEN",
                        "xoxa- xoxb- xoxp- xoxr- xoxs- xoxe- xapp-",
                        "(?:xox[abpsre]|xapp)-[A-Za-z0-9-]{10,255}"),
                plain(
                        "slack_webhook_url",
                        "SLACK_WEBHOOK",
                        "hooks.slack.com",
                        "hooks\\.slack\\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,255})"),
                plain(
                        "stripe_key",
                        "STRIPE_KEY",
                        "sk_live_ sk_test_ rk_live_ rk_test_",
                        "[sr]k_(?:live|test)_[A-Za-z0-9]{24,255}"),
                plain("stripe_webhook", "STRIPE_KEY", "whsec_", "whsec_[A-Za-z0-9+/=]{24,255}"),
                bounded("twilio_key", "TWILIO_KEY", "sk", "SK[a-f0-9]{32}(?![A-Za-z0-9])"),
                named("twilio_auth_token", "TWILIO_KEY", "twilio", HEX_32),
                bounded(
                        "sendgrid_key",
                        "SENDGRID_KEY",
                        "sg.",
                        "SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,64}"),
                named("mailchimp_key", "MAILCHIMP_KEY", "mailchimp", "[a-f0-9]{32}-us[0-9]{1,2}"),
                bounded("mailgun_api_key", "MAILGUN_KEY", "key-", "key-[a-f0-9]{32}(?![a-f0-9])"),
                plain("npm_token", "NPM_TOKEN", "npm_", "npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
                plain(
                        "npm_auth_token",
                        "NPM_TOKEN",
                        ":_authtoken=",
                        "(?i):_authtoken=([A-Za-z0-9._-]{8,255})"),
                plain("pypi_token", "PYPI_TOKEN", "pypi-", "pypi-[A-Za-z0-9_-]{50,512}"),
                plain("rubygems_api_key", "RUBYGEMS_KEY", "rubygems_", "rubygems_[a-f0-9]{48}"),
                named("datadog", "DATADOG_KEY", "datadog dd_api dd_app", "[a-f0-9]{32,40}"),
                plain(
                        "sentry",
                        "SENTRY_TOKEN",
                        "sntrys_ sntryu_",
                        "sntry[su]_[A-Za-z0-9+/=_-]{40,512}"),
                named("sentry_auth", "SENTRY_TOKEN", "sentry_auth", "[a-f0-9]{64}"),
                bounded(
                        "newrelic",
                        "NEWRELIC_KEY",
                        "nrak- nrjs- nrii-",
                        "NR(?:AK|JS|II)-[A-Za-z0-9-]{19,64}"),
                plain(
                        "grafana",
                        "GRAFANA_TOKEN",
                        "glc_ glsa_",
                        "(?:glc_[A-Za-z0-9+/=]{32,400}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})"),
                bounded(
                        "vault",
                        "VAULT_TOKEN",
                        "hvs. hvb. hvr.",
                        "hv[sbr]\\.[A-Za-z0-9_-]{20,300}"),
                plain(
                        "doppler",
                        "DOPPLER_TOKEN",
                        "dp.pt. dp.st. dp.ct. dp.sa.",
                        "dp\\.(?:pt|st|ct|sa)\\.[A-Za-z0-9._-]{20,128}"),
                plain(
                        "shopify",
                        "SHOPIFY_TOKEN",
                        "shpat_ shpca_ shppa_ shpss_",
                        "shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
                bounded(
                        "square",
                        "SQUARE_TOKEN",
                        "sq0atp- sq0csp- eaaa",
                        "(?:sq0(?:atp|csp)-[A-Za-z0-9_-]{22,64}|EAAA[A-Za-z0-9_-]{60,64})"),
                plain(
                        "linear",
                        "LINEAR_KEY",
                        "lin_api_ lin_oauth_",
                        "lin_(?:api|oauth)_[A-Za-z0-9]{32,64}"),
                bounded(
                        "notion",
                        "NOTION_TOKEN",
                        "secret_ ntn_",
                        "(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{40,64})(?![A-Za-z0-9])"),
                plain("postman", "POSTMAN_KEY", "pmak-", "PMAK-[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}"),
                named(
                        "discord",
                        "DISCORD_TOKEN",
                        "discord",
                        "[A-Za-z0-9_-]{23,28}\\.[A-Za-z0-9_-]{6,7}\\.[A-Za-z0-9_-]{27,40}"),
                plain(
                        "discord_webhook",
                        "DISCORD_TOKEN",
                        "/api/webhooks/",
                        "/api/webhooks/([0-9]{15,20}/[A-Za-z0-9_-]{30,100})"),
                bounded("dropbox", "DROPBOX_TOKEN", "sl.", "sl\\.[A-Za-z0-9_-]{100,1500}"),
                bounded("airtable", "AIRTABLE_TOKEN", "pat", "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}"),
                plain(
                        "planetscale",
                        "PLANETSCALE_TOKEN",
                        "pscale_tkn_ pscale_pw_ pscale_oauth_",
                        "pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}"),
                named(
                        "snyk",
                        "SNYK_TOKEN",
                        "snyk",
                        "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"),
                plain("netlify", "NETLIFY_TOKEN", "nfp_", "nfp_[A-Za-z0-9]{36,64}"),
                named("netlify_named", "NETLIFY_TOKEN", "netlify", "[A-Za-z0-9_-]{40,64}"),
                plain(
                        "vercel",
                        "VERCEL_TOKEN",
                        "vcp_ vci_ vca_ vcr_ vck_",
                        "vc[piark]_[A-Za-z0-9]{24,128}"),
                named("vercel_named", "VERCEL_TOKEN", "vercel", "[A-Za-z0-9]{24}(?![A-Za-z0-9])"),
                named("algolia", "ALGOLIA_KEY", "algolia", HEX_32),
                named("circleci", "CIRCLECI_TOKEN", "circleci circle_token", HEX_40));
    }
}
