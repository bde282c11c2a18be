package storage_test

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// play is what a child process does instead of running tests; the first of args is the
// folder of its vault.
func play(part string, args []string) int {
	parts := map[string]func(args []string) error{
		"rotate":  rotateForEver,
		"create":  createOne,
		"limited": outgrowLimit,
		"session": takeOrders,
		"hold":    holdOpen,
		"remove":  removeOne,
		"save":    saveForEver,
		"restore": func(args []string) error { return mendOne(args[0], auth.RemedyRestore) },
		"salvage": func(args []string) error { return mendOne(args[0], auth.RemedySalvage) },
		"upgrade": upgradeHalf,

		"until told": rotateUntilTold,
	}
	if err := parts[part](args); err != nil {
		fmt.Fprintln(os.Stderr, part+":", err)
		return 1
	}
	return 0
}

// rotateForEver replaces the grant of account a1 again and again, and says each
// generation when it is saved.
func rotateForEver(args []string) error {
	dir := args[0]
	v := sealedIn(dir)
	if err := v.Open(passphrase); err != nil {
		return err
	}
	return rotateOn(v)
}

// rotateOn goes on until the vault refuses.
func rotateOn(v *storage.Vault) error {
	g, err := v.Grant("a1")
	for ; err == nil; err = v.PutGrant("a1", g.Generation-1, g) {
		fmt.Println(g.Generation)
		g.Generation++
		g.RefreshToken = tokenOf(g.Generation)
	}
	return err
}

// tokenOf is the refresh token of a generation, as long as a real one.
func tokenOf(g auth.Generation) auth.Secret {
	return auth.NewSecret(fmt.Sprintf("canary-refresh-%01500d", g))
}

// createOne makes a vault with one account, and says when it begins.
func createOne(args []string) error {
	dir := args[0]
	v := sealedIn(dir)
	if err := v.Open(passphrase); err != nil {
		return err
	}
	fmt.Println("now")
	if err := v.Create(passphrase); err != nil {
		return err
	}
	return v.Add(vaulttest.Sample(1))
}

// removeOne removes account a2, and says when it begins.
func removeOne(args []string) error {
	v := sealedIn(args[0])
	if err := v.Open(passphrase); err != nil {
		return err
	}
	fmt.Println("now")
	if err := v.Remove("a2"); err != nil {
		return err
	}
	return v.Close()
}

// saveForEver changes account a1 and makes a backup, again and again, and says each
// change when it is saved.
func saveForEver(args []string) error {
	a, _, _ := vaulttest.Sample(1)
	for n := 1; ; n++ {
		v := sealedIn(args[0])
		if err := v.Open(passphrase); err != nil {
			return err
		}
		a.Name = "renamed-" + strconv.Itoa(n)
		if err := v.PutAccount(a); err != nil {
			return err
		}
		fmt.Println(a.Name)
		if err := v.Close(); err != nil {
			return err
		}
	}
}

// mendOne mends a vault, and says when it begins.
func mendOne(dir string, remedy auth.Remedy) error {
	v := sealedIn(dir)
	_ = v.Open(passphrase) // it is damaged
	fmt.Println("now")
	_, err := v.Mend(auth.Mending{Remedy: remedy, Passphrase: passphrase})
	return err
}

// takeOrders has a vault on the system's keyring and does what each line says:
// open, create, add N, close, and the like; a second word is a passphrase. It
// answers with the state and the number of accounts.
func takeOrders(args []string) error {
	v := storage.NewVault(storage.Options{Dir: args[0], PassphraseCost: cheap})
	orders := bufio.NewScanner(os.Stdin)
	for orders.Scan() {
		order, word, _ := strings.Cut(orders.Text(), " ")
		var err error
		switch passphrase := auth.NewSecret(word); order {
		case "open":
			err = v.Open(passphrase)
		case "create":
			err = v.Create(passphrase)
		case "close":
			err = v.Close()
		case "lock":
			err = v.Lock()
		case "keyring":
			err = v.Seal(auth.SealedByKeyring, auth.Secret{})
		case "passphrase":
			err = v.Seal(auth.SealedByPassphrase, passphrase)
		case "recovery":
			err = v.PutRecovery(passphrase)
		case "add":
			var n int
			if n, err = strconv.Atoi(word); err == nil {
				err = v.Add(vaulttest.Sample(n))
			}
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, order+":", describe(err))
		}
		contents, _ := v.Contents() // empty while it isn't open
		fmt.Println(v.State(), len(contents.Accounts))
	}
	return orders.Err()
}
