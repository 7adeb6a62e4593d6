package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/desk"
	"oped/text"
)

func deskCommand(a *cli) *cobra.Command {
	cmd := parent(&cobra.Command{
		Use:   "desk COMMAND",
		Short: "Manage the accounts of the desk, where curators work",
		Long: "Manage the accounts of the desk. The desk is the pages of the curators, served\n" +
			"by oped run under /desk/ if the configuration has the key desk. A reader looks,\n" +
			"a curator decides on pieces, and an operator also changes feeds and accounts.",
		Example: "  oped desk add aisha --role curator",
	})
	cmd.AddCommand(deskAddCommand(a), deskListCommand(a), deskRemoveCommand(a), deskResetCommand(a),
		deskRoleCommand(a))
	return cmd
}

const linkHelp = "\nThe link works once, for 15 minutes. Whoever opens it sets a password or a\npasskey."

func deskAddCommand(a *cli) *cobra.Command {
	x := app.NewAccount{}
	cmd := &cobra.Command{
		Use:     "add NAME",
		Short:   "Add an account, and print a link for its owner",
		Long:    "Add an account, and print a link for its owner. NAME appears in the log of\ndecisions." + linkHelp,
		Example: "  oped desk add aisha --role curator",
		Args:    requireArgs("NAME"),
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.Flags().StringVar((*string)(&x.Role), "role", string(oped.RoleCurator),
		"`role`: reader, curator, operator")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		x.Name = args[0]
		return invite(a, cmd, app.AddAccount, x)
	}
	return cmd
}

func deskResetCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reset NAME",
		Short: "Give an account a new link",
		Long: "Remove the password and passkeys of an account, end its sessions, and print a\n" +
			"new link for its owner." + linkHelp,
		Example: "  oped desk reset aisha",
		Args:    requireArgs("NAME"),
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return invite(a, cmd, app.ResetAccount, args[0])
	}
	return cmd
}

// invite carries out a method with a link as its result, and prints the link.
func invite[P any](a *cli, cmd *cobra.Command, m app.Method[P, app.Invited], params P) error {
	link, err := call(cmd.Context(), a, m, params)
	if err != nil {
		return err
	}
	return a.print(link, func(o *output) {
		o.wrapf("", "%s, %s: open this link before %s", link.Name, link.Role, link.Expires.Local().Format("15:04"))
		o.printf("  %s\n", link.URL)
	})
}

func deskRemoveCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "remove NAME",
		Short:   "Remove an account, and end its sessions",
		Long:    "Remove an account, and end its sessions. Its decisions stay in the log.",
		Example: "  oped desk remove aisha",
		Args:    requireArgs("NAME"),
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if _, err := call(cmd.Context(), a, app.RemoveAccount, args[0]); err != nil {
			return err
		}
		return a.print(map[string]string{"removed": args[0]}, func(o *output) { o.printf("removed %s\n", args[0]) })
	}
	return cmd
}

func deskRoleCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "role NAME ROLE",
		Short: "Change the role of an account",
		Long: "Change the role of an account: reader, curator or operator. It takes effect at\n" +
			"once, in open sessions too.",
		Example: "  oped desk role aisha operator",
		Args:    requireArgs("NAME", "ROLE"),
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		x := app.NewAccount{Name: args[0], Role: oped.Role(args[1])}
		if _, err := call(cmd.Context(), a, app.SetAccountRole, x); err != nil {
			return err
		}
		return a.print(x, func(o *output) { o.printf("%s: %s\n", x.Name, x.Role) })
	}
	return cmd
}

func deskListCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the accounts",
		Long:    "List the accounts with their roles, passkeys and open sessions.",
		Example: "  oped desk list",
		Args:    requireArgs(),
	}
	a.jsonFlag(cmd, "print JSON")
	return a.reads(cmd, func(ctx context.Context, p *app.App, _ []string) (any, func(*output), error) {
		all, err := p.Accounts().List(ctx)
		return map[string]any{"accounts": all}, func(o *output) { printAccounts(o, all, a.now()) }, err
	})
}

func printAccounts(o *output, all []app.ListedAccount, now time.Time) {
	for _, x := range all {
		seen := "never signed in"
		if !x.Seen.IsZero() {
			seen = fmt.Sprintf("%s, last seen %s", text.Count(x.Open, "session"), text.Ago(now, &x.Seen))
		}
		o.linef("%s  %s  %s", cells.FillRight(x.Name, 20), cells.FillRight(string(x.Role), 8), seen)
	}
	if len(all) == 0 {
		o.wrapf("", "no account yet: oped desk add NAME --role operator")
	}
}

// openDesk returns the desk of a daemon, and keeps the daemon for the link of the first operator.
func (a *cli) openDesk(l *app.Live) http.Handler {
	a.live = l
	return desk.New(l)
}

// firstLink returns the link for the first operator of the desk; "" if there is no desk, or an account already.
func (a *cli) firstLink(ctx context.Context) (string, error) {
	if a.live == nil || a.live.App().Desk() == nil {
		return "", nil
	}
	link, err := a.live.App().Accounts().First(ctx)
	return link.URL, err
}

// printFirstLink prints the link for the first operator, on a terminal alone: others may read a log. The log says what
// to do instead.
func (a *cli) printFirstLink(ctx context.Context) {
	if !terminal(a.stdout) {
		a.hintAtFirst(ctx)
		return
	}
	link, err := a.firstLink(ctx)
	switch {
	case err != nil:
		a.report(err)
	case link != "":
		a.printf("The desk has no account yet. This link works once, for 15 minutes:\n  %s\n", link)
	}
}

// hintAtFirst logs how to add the first account of a desk without one.
func (a *cli) hintAtFirst(ctx context.Context) {
	if a.live == nil || a.live.App().Desk() == nil {
		return
	}
	if all, err := a.live.App().Accounts().List(ctx); err == nil && len(all) == 0 {
		a.log.Info("the desk has no account", "hint", "oped desk add NAME --role operator")
	}
}
