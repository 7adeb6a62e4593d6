package websub

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"oped"
)

// signature returns the X-Hub-Signature of a body (WebSub §7.1).
func signature(secret oped.Secret, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
