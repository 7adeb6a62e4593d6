// Package app holds every operation of oped. It prints nothing and knows no command line.
//
// To fetch on schedule, publish and serve, call [Serve]; to do one round, [Open] and [App.Once]. Operations that read
// are methods of one type for each noun: [Pieces], [Topics] and [Feeds] of an App from [OpenReadOnly]. Operations that
// write are methods by name: [Dial] opens the database, or reaches the daemon that holds it, and [Call] carries one out.
package app
