export { TestAuthority } from './test-authority';
