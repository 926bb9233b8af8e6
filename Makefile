# How `sam build` builds a function: the same script and settings as `npm run build`.
# SAM calls build-<LogicalId> with ARTIFACTS_DIR; samconfig.toml lets it build in the source folder.
build-%:
	test -d node_modules || npm ci --no-audit --no-fund
	npx tsx scripts/build.ts --function $* --out $(ARTIFACTS_DIR)
