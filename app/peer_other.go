//go:build !linux

package app

import "net"

// checkPeer relies on the mode of the socket's file.
func checkPeer(net.Conn) error { return nil }
