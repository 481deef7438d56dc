vcl 4.1;
# A front door for Kawaraban: Varnish 7 or newer, printed by `kawaraban config varnish`.
#
# It goes by the names of three listeners. And start it so that pages come packed as the application
# packs them best:
#   varnishd -a readers={{ listen }} -a tls=127.0.0.1:6086,PROXY -a application=127.0.0.1:6081 \
#     -f this-file -s malloc,{{ cache_size }} \
#     -p http_gzip_support=off -p http_req_size=24k -p http_req_hdr_len=16k -p timeout_idle=30
#
# readers      asks without TLS come here; they are redirected where the publication's address is https.
# tls          Varnish speaks no TLS: hitch in front does, with backend = "[127.0.0.1]:6086" and only with
#              write-proxy-v2 = on, for else nobody knows which reader asks. A proxy that speaks HTTP itself
#              and sets X-Forwarded-For and X-Forwarded-Proto (nginx) goes to readers, and is named below.
# application  has pages forgotten here, so that what is published shows at once. It is told
#              VARNISH_URL=http://127.0.0.1:6081. No proxy may lead here.

import blob;
import std;

backend kawaraban {
{{ backend }}
    .connect_timeout = 2s;
    .first_byte_timeout = 120s;
    .between_bytes_timeout = 10s;
    .probe = {
        .request = "GET /healthz HTTP/1.1" "Host: {{ name }}" "Connection: close";
        .interval = 1s;
        .timeout = 1s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

# Who may have pages forgotten: the application, from this machine.
acl publishers { "127.0.0.1"; "::1"; }
# Whose X-Forwarded-For and X-Forwarded-Proto are believed, such as "127.0.0.1"; which sets both by itself.
acl proxies { }

sub vcl_recv {
    # Two ways to tell where a body ends are one too many.
    std.collect(req.http.Transfer-Encoding);
    if (req.http.Transfer-Encoding
        && (req.http.Transfer-Encoding !~ "(?i)^chunked$" || req.http.Content-Length)) {
        return (synth(400));
    }
    # The one spelling of a path is that in which the application has it forgotten: a copy kept under
    # another would show what was withdrawn.
    set req.url = regsub(req.url, "#.*$", "");
    if (req.url !~ "^[A-Za-z0-9/_.~-]*+(\?|$)") {
        if (req.url !~ "^([^?%]++|%[0-9A-Fa-f]{2})*+(\?|$)") { return (synth(400)); }
        set req.url = regsuball(
            blob.transcode(URL, URL, UPPER, encoded=regsub(req.url, "\?.*$", "")), "%2F", "/")
            + regsub(req.url, "^[^?]*", "");
    }
    if (req.method == "PURGE" || req.method == "BAN") {
        if (local.socket != "application" || remote.ip !~ publishers) { return (synth(403)); }
        set req.http.Host = "{{ name }}";
        if (req.method == "BAN") {
            ban("obj.status != 0");
            return (synth(200));
        }
        return (purge);
    }
    if (std.tolower(regsub(req.http.Host, ":[0-9]+$", "")) !~ "^({{ names_pattern }})$") {
        return (synth(421));
    }
    if (req.method !~ "^(GET|HEAD|POST|OPTIONS)$") { return (synth(405)); }

    # To what a proxy said in X-Forwarded-For, Varnish has added the proxy's address, last. By the PROXY
    # protocol client.ip is the reader's, and remote.ip the proxy's.
    if (local.socket == "tls") {
        set req.http.X-Forwarded-For = client.ip;
        set req.http.X-Forwarded-Proto = "https";
    } elsif (remote.ip !~ proxies) {
        set req.http.X-Forwarded-For = client.ip;
        set req.http.X-Forwarded-Proto = "http";
    }
    set req.http.Host = "{{ name }}";
    unset req.http.X-Forwarded-Host;
    unset req.http.X-Forwarded-Port;
    unset req.http.X-Original-URL;
    unset req.http.X-Rewrite-URL;
    unset req.http.X-Request-ID;
    unset req.http.Forwarded;

    # One of four ways to pack a page, so that a page is kept four times at most.
    if (req.http.Accept-Encoding ~ "(?i)(^|[,\s])zstd(?!\s*;\s*q=0(\.0*)?\s*(,|$))") {
        set req.http.Accept-Encoding = "zstd";
    } elsif (req.http.Accept-Encoding ~ "(?i)(^|[,\s])br(?!\s*;\s*q=0(\.0*)?\s*(,|$))") {
        set req.http.Accept-Encoding = "br";
    } elsif (req.http.Accept-Encoding ~ "(?i)(^|[,\s])gzip(?!\s*;\s*q=0(\.0*)?\s*(,|$))") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }

    if (req.url ~ "^/(healthz|readyz)(\?|$)") { return (synth(404)); }
    if (req.url ~ "^/newsroom(/|\?|$)") { return (pass); }
    # Cookies are editors' alone. Of theirs the door for beacons gets the one that says so, that they are
    # not counted as readers, and nothing of their session.
    if (req.method == "POST" && req.url ~ "^/_/beacon(\?|$)"
        && req.http.Cookie ~ "(^|;\s*)kawaraban-staff=1\s*(;|$)") {
        set req.http.Cookie = "kawaraban-staff=1";
    } else {
        unset req.http.Cookie;
    }
    unset req.http.Authorization;
    # A comment's form is the largest thing that a reader may send.
    if (std.integer(req.http.Content-Length, 0) > 65536) { return (synth(413)); }
    if (req.method != "GET" && req.method != "HEAD") { return (pass); }
    if (req.url ~ "^/(search|_/counts|_/next)(\?|$)") { return (pass); }

    # The key of a page is its path, and a story's number in another system: no other parameter makes a
    # difference, so nobody can fill or poison the cache. A list's further pages are not kept: which of
    # them show a story that was withdrawn nobody could say.
    if (req.url ~ "^/((people|topics)/)?[^/?]+/\?(.*&)?page=" && req.url !~ "^/ranking/") {
        set req.url = regsub(req.url, "^([^?]*)\?(?:.*?&)??page=([^&]*).*$", "\1?page=\2");
        set req.url = regsub(req.url, "\?page=1?$", "");
        if (req.url ~ "\?" && req.url !~ "\?page=[1-9][0-9]{0,5}$") {
            set req.url = regsub(req.url, "\?.*$", "?page=0");
        }
        if (req.url ~ "\?") { return (pass); }
    } elsif (req.url ~ "^/\?p=[1-9][0-9]{0,9}(&|$)") {
        set req.url = regsub(req.url, "&.*$", "");
    } else {
        set req.url = regsub(req.url, "\?.*$", "");
    }

    # A page is renewed a second after it went old. Where the application can't answer, or just
    # failed to (the request then comes here again), a page of the last day is shown.
    if (req.restarts == 0 && std.healthy(req.backend_hint)) {
        set req.grace = 1s;
    } else {
        set req.grace = 24h;
    }
    return (hash);
}

sub vcl_synth {
    if (resp.status == 400 || resp.status == 413) { set resp.http.Connection = "close"; }
}

sub vcl_hash {
    # Not the host: there is one publication here.
    hash_data(req.url);
    return (lookup);
}

sub vcl_backend_fetch {
    if (bereq.url !~ "^/newsroom") { set bereq.first_byte_timeout = 15s; }
}

sub vcl_backend_response {
    if (bereq.uncacheable) { return (deliver); }
    unset beresp.http.Set-Cookie;
    if (beresp.status >= 500 || beresp.http.Cache-Control ~ "no-store|private") {
        # A failed renewal must not push out the page that it was to renew.
        if (bereq.is_bgfetch) { return (abandon); }
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
        return (deliver);
    }
    set beresp.grace = 24h;
}

sub vcl_backend_error {
    if (bereq.is_bgfetch) { return (abandon); }
    set beresp.http.Retry-After = "5";
    set beresp.http.Cache-Control = "no-store";
    set beresp.uncacheable = true;
    set beresp.ttl = 0s;
    return (deliver);
}

sub vcl_deliver {
    if (resp.status >= 500 && req.restarts == 0 && req.method ~ "^(GET|HEAD)$"
        && req.url !~ "^/(newsroom|search|_/counts|_/next)" && req.url !~ "\?page=") {
        return (restart);
    }
    unset resp.http.Via;
    unset resp.http.X-Varnish;
}
