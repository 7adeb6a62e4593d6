package websub

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"oped"
)

// request is a request to the hub (WebSub §5.1).
type request struct {
	Subscribe bool // false: unsubscribe
	Topic     string
	Callback  string // byte for byte
	Host      string // of the callback, in lower case
	Lease     time.Duration
	Secret    oped.Secret
}

const (
	maxAddress = 2048 // bytes of a topic or a callback
	maxSecret  = 199  // bytes: fewer than 200 (§5.1)

	defaultLease = 10 * 24 * time.Hour
	shortLease   = time.Hour
	longLease    = 30 * 24 * time.Hour
)

// parseRequest parses the body of a request, a form. It ignores unknown parameters. Its errors are for the sender.
func parseRequest(body string) (request, error) {
	form, err := url.ParseQuery(body)
	if err != nil {
		return request{}, errors.New("not a form: send application/x-www-form-urlencoded")
	}
	r := request{
		Topic:    form.Get("hub.topic"),
		Callback: form.Get("hub.callback"),
		Secret:   oped.Secret(form.Get("hub.secret")),
	}
	switch mode := form.Get("hub.mode"); mode {
	case "subscribe":
		r.Subscribe = true
	case "unsubscribe":
	case "publish":
		return request{}, errors.New("hub.mode: this hub serves its own documents only, and needs no notice of changes")
	default:
		return request{}, errors.New("hub.mode: expected subscribe or unsubscribe")
	}
	if r.Topic == "" || len(r.Topic) > maxAddress {
		return request{}, errors.New("hub.topic: expected the address of a document")
	}
	if r.Host, err = callbackHost(r.Callback); err != nil {
		return request{}, fmt.Errorf("hub.callback: %w", err)
	}
	if len(r.Secret) > maxSecret {
		return request{}, fmt.Errorf("hub.secret: must be shorter than %d bytes", maxSecret+1)
	}
	if r.Lease, err = lease(form.Get("hub.lease_seconds")); err != nil {
		return request{}, fmt.Errorf("hub.lease_seconds: %w", err)
	}
	return r, nil
}

// callbackHost validates a callback and returns its host.
func callbackHost(callback string) (string, error) {
	u, err := url.Parse(callback)
	if err != nil || len(callback) > maxAddress {
		return "", errors.New("expected an http or https address")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	switch {
	case u.Scheme != "http" && u.Scheme != "https" || host == "":
		return "", errors.New("expected an http or https address")
	case obscure(host):
		return "", errors.New("expected a host by name, or an IP address as four decimal numbers")
	case u.User != nil:
		return "", errors.New("must not contain a user name or a password")
	case u.Fragment != "" || strings.Contains(callback, "#"):
		return "", errors.New("must not have a fragment")
	}
	return host, nil
}

// obscure reports whether a host is an IPv4 address in an obscure form that some resolvers accept: 2130706433,
// 0x7f.1, 0177.0.0.1. No top-level domain begins with a digit.
func obscure(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last == "" || last[0] >= '0' && last[0] <= '9'
}

// lease returns the duration of a subscription for a requested number of seconds. Every lease ends.
func lease(seconds string) (time.Duration, error) {
	if seconds == "" {
		return defaultLease, nil
	}
	n, err := strconv.ParseUint(seconds, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, errors.New("expected a number of seconds")
	}
	n = min(n, uint64(longLease/time.Second)) // also for values out of range
	return max(time.Duration(n)*time.Second, shortLease), nil
}

// withQuery adds parameters to an address and keeps its own unchanged.
func withQuery(address string, added url.Values) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", cause(err)
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += added.Encode()
	return u.String(), nil
}

// cause returns an error about an address without quoting the address, since it might be secret.
func cause(err error) error {
	var quoted *url.Error
	if errors.As(err, &quoted) {
		return quoted.Err
	}
	return err
}

// editionOf returns the edition of a document. An edition's name has no dot.
func editionOf(document string) string {
	name, _, _ := strings.Cut(document, ".")
	return name
}
