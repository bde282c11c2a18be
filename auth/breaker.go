package auth

// answered is that x works: whoever waited for it is let out, in order. Called
// with mu held.
func (k *Keeper) answered(x *host) {
	mono := k.clock.Mono()
	k.gate.heldUntil = 0 // the network is there
	if x.answered(mono) {
		k.log.Info("a provider answers again", "host", x.name)
		k.letOut(x)
	}
	k.gate.place(x, mono)
}

// failedBy takes up that x brought h nothing. Called with mu held.
func (k *Keeper) failedBy(x *host, h *held, f *Failure) {
	if !f.ofTheHost() {
		k.answered(x)
		return
	}
	mono := k.clock.Mono()
	if f.Outcome == OutcomeThrottled && f.RetryAfter > 0 {
		x.quietUntil = max(x.quietUntil, mono+f.RetryAfter)
		x.pace(x.quietUntil)
	}
	opened := x.failed(h, f, mono, k.random())
	k.gate.place(x, mono)
	if opened {
		k.log.Info("a provider serves nobody; one request at a time finds out when it does", "host", x.name)
		k.settleLine(x)
	}
}

// letOut has everybody due who failed because of x. Called with mu held.
func (k *Keeper) letOut(x *host) {
	now := k.now()
	for _, h := range k.accounts {
		if !h.trouble.none() && h.unsaved == 0 && h.trouble.failure.ofTheHost() && h.trouble.failure.RetryAfter == 0 && h.host() == x.name {
			h.trouble.retryAt = sooner(h.trouble.retryAt, now)
			k.settle(h)
		}
	}
	k.settleLine(x)
}

// settleLine settles everybody who waits in the background for x. Called with mu held.
func (k *Keeper) settleLine(x *host) {
	var waiting []*held
	for _, p := range []*pile[*held]{&x.doubts, &x.line} {
		waiting = append(waiting, p.items...)
	}
	for _, h := range waiting {
		k.settle(h)
	}
}
