/** What every service stands on: how it starts, what it is given, how it stops. */
export { type Running, type Service, type ServiceConfig, startServices } from './start-services';
export { runAlone } from './run-alone';
