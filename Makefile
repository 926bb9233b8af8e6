# How `sam build` builds a function: it takes the bundle that `npm run build` makes. The first function bundles them all.
# SAM calls build-<LogicalId> with ARTIFACTS_DIR; samconfig.toml lets it build in the source folder.
SOURCES := template.yaml package-lock.json esbuild.config.ts $(shell find functions cli worker schedule-expressions scripts -name '*.ts' -o -name '*.py')

build-%: dist/built
	cp -R dist/$*/. "$(ARTIFACTS_DIR)"

dist/built: $(SOURCES)
	test -d node_modules || npm ci --no-audit --no-fund
	npm run --silent build
	touch dist/built
