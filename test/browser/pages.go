package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/chromedp"
)

// password is typed where a page wants one; every server in the tests takes any.
const password = "canary-password"

// A form is a server's sign-in page and the consent page after it, by CSS selectors.
type form struct {
	server          string
	login, password chromedp.CSS
	signIn          chromedp.CSS
	consent         chromedp.CSS // there once the consent page is
}

// practice is the practice provider's; see auth/practice/pages.
var practice = form{
	server: "the practice provider",
	login:  "#login", password: "#password", signIn: "#sign-in", consent: "#allow",
}

// oidcProvider is that of oidc-provider's devInteractions.
var oidcProvider = form{
	server: "oidc-provider",
	login:  `input[name="login"]`, password: `input[name="password"]`, signIn: submit,
	consent: `input[name="prompt"][value="consent"]`,
}

// submit is the button that goes on, on every page of oidc-provider's.
const submit = `button[type="submit"]`

// SignInPractice fills in the practice provider's sign-in page, where it comes up,
// and allows what the consent page asks for. It returns when the consent was sent.
func (b *Browser) SignInPractice(ctx context.Context, user string) error {
	return b.signIn(ctx, practice, user, "#allow")
}

// DenyPractice does the same and denies what the consent page asks for.
func (b *Browser) DenyPractice(ctx context.Context, user string) error {
	return b.signIn(ctx, practice, user, "#deny")
}

// SignInOIDCProvider fills in oidc-provider's sign-in page, where it comes up, and
// agrees to the consent page. It returns when the consent was sent.
func (b *Browser) SignInOIDCProvider(ctx context.Context, user string) error {
	return b.signIn(ctx, oidcProvider, user, submit)
}

// signIn fills in the sign-in page, unless the server remembers the person and
// asks for consent at once, and then clicks the answer.
func (b *Browser) signIn(ctx context.Context, f form, user string, answer chromedp.CSS) error {
	what := "sign in at " + f.server
	if err := b.do(ctx, what, until(there(f.login)+" || "+there(f.consent))); err != nil {
		return err
	}
	asked, err := run(ctx, b, what, chromedp.Evaluate[bool](there(f.login)))
	if err != nil {
		return err
	}
	if asked {
		err := b.do(ctx, what,
			chromedp.Clear(f.login), // the page may suggest a name
			chromedp.SendKeys(f.login, user),
			chromedp.SendKeys(f.password, password),
			chromedp.Click(f.signIn),
		)
		if err != nil {
			return err
		}
	}
	return b.do(ctx, "answer "+f.server, until(there(f.consent)), chromedp.WaitVisible(answer), chromedp.Click(answer))
}

// EnterPracticeCode opens the practice provider's page where a device's code is entered
// (RFC 8628 §3.3), types the code, signs in and allows what is asked.
func (b *Browser) EnterPracticeCode(ctx context.Context, address, code, user string) error {
	if err := b.Open(ctx, address); err != nil {
		return err
	}
	const field = chromedp.CSS("#user_code")
	if err := b.do(ctx, "enter the code", chromedp.WaitVisible(field), chromedp.SendKeys(field, code+"\r")); err != nil {
		return err
	}
	return b.SignInPractice(ctx, user)
}

// EnterUserCode opens the page of oidc-provider's device flow (RFC 8628 §3.3), types the
// code, confirms it and signs in.
func (b *Browser) EnterUserCode(ctx context.Context, address, code, user string) error {
	if err := b.Open(ctx, address); err != nil {
		return err
	}
	const field, confirm = chromedp.CSS(`input[name="user_code"]`), chromedp.CSS(`input[name="confirm"]`)
	err := b.do(ctx, "enter the code",
		chromedp.WaitVisible(field),
		chromedp.SendKeys(field, code+"\r"),
		until(there(confirm)),
		chromedp.Click(chromedp.CSS(submit)),
	)
	if err != nil {
		return err
	}
	return b.SignInOIDCProvider(ctx, user)
}

// there is a condition in JavaScript: the page has such an element.
func there(selector chromedp.CSS) string {
	return fmt.Sprintf("document.querySelector(%q) !== null", string(selector))
}
