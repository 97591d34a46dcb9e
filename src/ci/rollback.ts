/** What to do after a deployment that failed, for whoever is called at night. */

/** A command of a shell that prints the guidance as Markdown. `$UP` says how `pulumi up` ended: success, failure,
 * skipped.
 * @param commit the shell's word for the commit that was deployed
 */
export function rollback(stack: string, commit: string): string {
  return `{
  echo '## The deployment of ${stack} failed'
  case "$UP" in
    success) echo 'Everything was deployed, but a route does not answer as it should: the step before this one says which.' ;;
    failure) echo 'Not everything was deployed. A version that did not become healthy gets no traffic: the one before it still serves.' ;;
    *) echo 'Nothing was deployed, and nothing changed.' ;;
  esac
  cat <<'GUIDANCE'

1. **Go back.** Revert the change on its branch; that deploys what was there before, images included, which are kept:
   \`\`\`sh
GUIDANCE
  echo "   git revert --no-edit ${commit}    # a merge: git revert --no-edit -m 1 ${commit}"
  cat <<'GUIDANCE'
   git push
   \`\`\`
2. **See what there is**, from a machine that is signed in:
   \`\`\`sh
   npx atelier pulumi -- preview --refresh --diff --stack ${stack}
   \`\`\`
3. **The run was cut off?** The next one puts the state in order by itself; by hand:
   \`\`\`sh
   npx atelier recover --stack ${stack}
   \`\`\`
4. **403 from the cloud?** The deploy account releases versions and may not make networks, databases or grants: that
   takes one \`up\` by somebody with more rights.

Data is not rolled back. Where a migration changed it, restore the backup from before the deployment.
GUIDANCE
}`;
}
