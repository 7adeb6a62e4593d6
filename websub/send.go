package websub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
)

// maxResponse is the number of bytes read from an answer.
const maxResponse = 4 << 10

// ask sends a request and returns the status and the beginning of the body. It follows no redirect. Its errors do
// not contain the address.
func (o *Options) ask(
	ctx context.Context, method, address string, header http.Header, body []byte,
) (status int, answer []byte, err error) {
	bounded, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(bounded, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, cause(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", o.UserAgent)
	res, err := o.Transport.RoundTrip(req)
	if err == nil {
		defer res.Body.Close()
		answer, err = io.ReadAll(io.LimitReader(res.Body, maxResponse))
	}
	var timeout net.Error
	switch {
	case err == nil:
		return res.StatusCode, answer, nil
	case errors.Is(bounded.Err(), context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return 0, nil, errors.New("no answer in time")
	}
	return 0, nil, cause(err)
}

// isSuccess reports whether a status means success.
func isSuccess(status int) bool { return status >= 200 && status <= 299 }

// problem describes a failure: an error, or an answer without success. It does not repeat the server's words: they
// would reach a screen.
func problem(status int, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d %s", status, http.StatusText(status))
}

// hostOf returns the host of an address, the only part fit for a log.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// idle closes unused connections, so that a run leaves nothing behind.
func (o *Options) idle() {
	if t, ok := o.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
