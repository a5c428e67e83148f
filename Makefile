# What people type. Every target installs what it misses: as root by itself, else it says the line.

SHELL := bash
target := $${CARGO_TARGET_DIR:-target}
tools := PATH="$${CHAPERONE_CACHE:-$$HOME/.cache/chaperone}/tools/bin:$$PATH"
nextest_profile := $(if $(CI),ci,default)

.PHONY: help run build test bench vm e2e package docs

help: ## Show this list
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /  make \1\t/' | expand -t 18

run: build ## Build and start watching this host (ARGS="--quiet")
	@$(target)/release/chaperone up $(ARGS)

build: ## Build the program, optimised
	@xtask/setup.sh build
	cargo build --release -p chaperone -p hook

test: ## Run every test
	@xtask/setup.sh build nextest
	@$(tools) cargo nextest run --workspace --profile $(nextest_profile); ended=$$?; \
		cargo test --workspace --doc --quiet && exit $$ended

bench: ## Measure (ARGS="pipeline --json")
	@xtask/setup.sh build
	cargo xtask bench $(ARGS)

vm: ## Run the sensor's tests in stock kernels (ARGS="6.1 6.12")
	@xtask/setup.sh build vm
	cargo xtask vm $(ARGS)

e2e: ## Run real agents under strace and Chaperone at once (root)
	@xtask/setup.sh build e2e
	cargo xtask e2e $(ARGS)

package: ## Make the .deb and the tarball in dist/
	@xtask/setup.sh build package
	cargo xtask package $(ARGS)

docs: ## Make the command reference from the program
	cargo xtask docs
