package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"oped"
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
			file, err := openInput(a, args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			if in.Body, err = io.ReadAll(io.LimitReader(file, maxJSONLine+1)); err != nil {
				return fmt.Errorf("read %s: %w", nameOf(args[0]), err)
			}
			if len(in.Body) > maxJSONLine {
				return oped.Invalid(fmt.Sprintf("%s is longer than %d bytes", nameOf(args[0]), maxJSONLine),
					"check that it is a feed")
			}
			body, failed := parse.JSON(cmd.Context(), in)
			if _, err := fmt.Fprintf(a.stdout, "%s\n", body); err != nil {
				return err
			}
			if failed != nil {
				return fmt.Errorf("%s: %w", nameOf(args[0]), failed)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "`URL` of the document, the base of relative links")
	cmd.Flags().StringArrayVar(&headers, "header", nil, "response `header`, as 'Content-Type: text/xml'; repeatable")
	cmd.Flags().Bool("json", true, "print JSON, the only format")
	return cmd
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
