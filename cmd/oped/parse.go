package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/parse"
)

func parseCommand(a *cli) *cobra.Command {
	var base string
	var headers []string
	cmd := &cobra.Command{
		Use:   "parse FILE",
		Short: "Print a feed document as normalised JSON",
		Long: "Parse a feed document, and print it as one normalised JSON object. FILE is -\n" +
			"for standard input. Nothing is fetched or stored.",
		Example: "  oped parse --base https://dawn.example/feed feed.xml",
		Args:    requireArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in := parse.Input{URL: base, Feed: oped.Feed{URL: base}}
			var err error
			if in.Header, err = headerLines(headers); err != nil {
				return err
			}
			name := ""
			if err := a.input(args[0], func(f app.Lines) (err error) {
				name = f.Name
				in.Body, err = readFeed(f)
				return err
			}); err != nil {
				return err
			}
			body, failed := parse.JSON(cmd.Context(), in)
			if err := a.printf("%s\n", body); err != nil {
				return err
			}
			if failed != nil {
				return fmt.Errorf("%s: %w", name, failed)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "`URL` of the document, the base of relative links")
	cmd.Flags().StringArrayVar(&headers, "header", nil, "response `header`, as 'Content-Type: text/xml'; repeatable")
	cmd.Flags().Bool("json", true, "print JSON, the only format")
	return cmd
}

// readFeed reads a document.
func readFeed(f app.Lines) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(f, app.MaxLine+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name, err)
	}
	if len(body) > app.MaxLine {
		return nil, oped.Invalid(fmt.Sprintf("%s is longer than %d bytes", f.Name, app.MaxLine), "check that it is a feed")
	}
	return body, nil
}

func headerLines(lines []string) (http.Header, error) {
	h := http.Header{}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, oped.Invalid(fmt.Sprintf("--header %q is not a header", line),
				"write --header 'Content-Type: text/xml'")
		}
		h.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return h, nil
}
