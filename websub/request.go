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

// Request is what somebody asks of the hub (WebSub §5.1).
type Request struct {
	Subscribe bool // false: unsubscribe
	Topic     string
	Callback  string // to the letter
	Host      string // of the callback, in small letters
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

// ParseRequest reads the body of a request, a form. Parameters that it does not know are ignored. Its errors are for whoever sent it.
func ParseRequest(body string) (Request, error) {
	form, err := url.ParseQuery(body)
	if err != nil {
		return Request{}, errors.New("this is not a form: send application/x-www-form-urlencoded")
	}
	r := Request{Topic: form.Get("hub.topic"), Callback: form.Get("hub.callback"), Secret: oped.Secret(form.Get("hub.secret"))}
	switch mode := form.Get("hub.mode"); mode {
	case "subscribe":
		r.Subscribe = true
	case "unsubscribe":
	case "publish":
		return Request{}, errors.New("hub.mode: this hub tells of its own documents only, and knows when they change")
	default:
		return Request{}, errors.New("hub.mode: subscribe or unsubscribe is wanted")
	}
	if r.Topic == "" || len(r.Topic) > maxAddress {
		return Request{}, errors.New("hub.topic: the address of a document is wanted")
	}
	if r.Host, err = callbackHost(r.Callback); err != nil {
		return Request{}, fmt.Errorf("hub.callback: %w", err)
	}
	if len(r.Secret) > maxSecret {
		return Request{}, fmt.Errorf("hub.secret: it has to be shorter than %d bytes", maxSecret+1)
	}
	if r.Lease, err = lease(form.Get("hub.lease_seconds")); err != nil {
		return Request{}, fmt.Errorf("hub.lease_seconds: %w", err)
	}
	return r, nil
}

// callbackHost checks a callback and gives its host.
func callbackHost(callback string) (string, error) {
	u, err := url.Parse(callback)
	if err != nil || len(callback) > maxAddress {
		return "", errors.New("an http or https address is wanted")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	switch {
	case u.Scheme != "http" && u.Scheme != "https" || host == "":
		return "", errors.New("an http or https address is wanted")
	case disguised(host):
		return "", errors.New("a host by name is wanted, or an IP address as four decimal numbers")
	case u.User != nil:
		return "", errors.New("it must not hold a name or a password")
	case u.Fragment != "" || strings.Contains(callback, "#"):
		return "", errors.New("it must not have a fragment")
	}
	return host, nil
}

// disguised tells whether a host is an IPv4 address in a form that some resolvers take: 2130706433, 0x7f.1, 0177.0.0.1. No top-level domain
// begins with a digit.
func disguised(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last == "" || last[0] >= '0' && last[0] <= '9'
}

// lease is how long a subscription lasts when so many seconds are asked for. None lasts for ever.
func lease(seconds string) (time.Duration, error) {
	if seconds == "" {
		return defaultLease, nil
	}
	n, err := strconv.ParseUint(seconds, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, errors.New("a number of seconds is wanted")
	}
	n = min(n, uint64(longLease/time.Second)) // also what is out of range
	return max(time.Duration(n)*time.Second, shortLease), nil
}

// withQuery adds parameters to an address and leaves its own as they are.
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

// cause is what is wrong with an address, without the address: it might be one that nobody else may know.
func cause(err error) error {
	var quoted *url.Error
	if errors.As(err, &quoted) {
		return quoted.Err
	}
	return err
}

// editionOf is the edition that a document is of; an edition's name has no dot.
func editionOf(document string) string {
	name, _, _ := strings.Cut(document, ".")
	return name
}
