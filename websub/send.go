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

// maxResponse is how much of an answer is read.
const maxResponse = 4 << 10

// ask sends a request and gives the status of the answer and the beginning of its body. It follows no redirect. Its errors do not name the
// address.
func (o *Options) ask(ctx context.Context, method, address string, header http.Header, body []byte) (status int, answer []byte, err error) {
	bounded, cancel := context.WithTimeout(ctx, o.Timeout)
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

// good tells whether a status says that all is well.
func good(status int) bool { return status >= 200 && status <= 299 }

// trouble says in words what went wrong: an error, or an answer that does not say that all is well. The words of the server are not
// repeated: they end up on a screen.
func trouble(status int, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d %s", status, http.StatusText(status))
}

// hostOf is as much of an address as a log may show.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// idle closes the connections that nobody uses, so that nothing is left of a run.
func (o *Options) idle() {
	if t, ok := o.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
